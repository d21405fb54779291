# The stock for everybody else; asks the store, and signs the answer.
#
#   GET /                            by <task> <version>, then all articles: <article> <count>
#   POST / with <article>=<count>    sets one, and answers like GET

store="http://$SERVICE_STORE_HOST:$SERVICE_STORE_PORT/"

respond() {
  order=
  if [ "$REQUEST_METHOD" = POST ]; then
    order=$(read_order) || {
      refuse '400 Bad Request' 'send <article>=<count>'
      return
    }
  fi
  stock=$(ask "$store" ${order:+"$order"}) || {
    refuse '502 Bad Gateway' 'the store does not answer'
    return
  }
  begin '200 OK' text/plain
  echo "by $MESOS_TASK_ID $SHOP_VERSION"
  echo "$stock"
}
