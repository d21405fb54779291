# Bakes a biscuit a second and brings it to the store, through the api. GET / tells how it went.

api="http://$SERVICE_API_HOST:$SERVICE_API_PORT/"
report=/tmp/report

start() {
  deliveries=0
  failures=0
  tell
  work &
}

work() {
  while :; do
    if deliver; then deliveries=$((deliveries + 1)); else failures=$((failures + 1)); fi
    tell
    sleep 1
  done
}

deliver() {
  before=$(ask "$api") || return 1
  count=$(echo "$before" | sed -n 's/^biscuit //p')
  ask "$api" "biscuit=$((${count:-0} + 1))" > /dev/null
}

tell() {
  echo "deliveries $deliveries, failures $failures" > "$report.new"
  mv "$report.new" "$report"
}

respond() {
  begin '200 OK' text/plain
  cat "$report"
}
