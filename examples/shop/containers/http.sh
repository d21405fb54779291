# What the services share: asking others, and answering.

# ask <url> [<body>]: prints the answer; fails when there is none within two seconds, or a bad one.
# With a body it is a POST. (Not `wget -T 2`: the busybox of Debian 12 crashes on it.)
ask() {
  if [ $# -gt 1 ]; then
    timeout 2 wget -q -O - --post-data "$2" "$1"
  else
    timeout 2 wget -q -O - "$1"
  fi
}

# begin <status> <content type>: the head of an answer; its body is what is printed next.
begin() {
  printf 'Status: %s\r\nContent-Type: %s; charset=utf-8\r\n\r\n' "$1" "$2"
}

# refuse <status> <reason>
refuse() {
  begin "$1" text/plain
  echo "$2"
}

# Prints the request's body when it is <article>=<count>, and fails when it is anything else.
read_order() {
  length=${CONTENT_LENGTH:-0}
  [ "$length" -le 60 ] || return 1
  order=$(head -c "$length")
  case $order in *=*) ;; *) return 1 ;; esac
  case ${order%%=*} in '' | *[!a-z]*) return 1 ;; esac
  case ${order#*=} in '' | *[!0-9]* | ??????????*) return 1 ;; esac
  echo "$order"
}
