# How many there are of each article. Kept in files of the container: what is stored ends with it.
#
#   GET /                            all articles, one per line: <article> <count>
#   POST / with <article>=<count>    sets one, and answers like GET

stock=/tmp/stock

start() {
  mkdir -p "$stock"
  echo 7 > "$stock/tea"
  echo 12 > "$stock/cup"
}

respond() {
  if [ "$REQUEST_METHOD" = POST ]; then
    order=$(read_order) || {
      refuse '400 Bad Request' 'send <article>=<count>'
      return
    }
    # Under its own name only when it is complete: somebody may be reading.
    echo "${order#*=}" > "/tmp/order.$$"
    mv "/tmp/order.$$" "$stock/${order%%=*}"
  fi
  begin '200 OK' text/plain
  cd "$stock"
  for article in *; do echo "$article $(cat "$article")"; done
}
