# A page, made of what the api says.

api="http://$SERVICE_API_HOST:$SERVICE_API_PORT/"

respond() {
  stock=$(ask "$api") || {
    refuse '502 Bad Gateway' 'the api does not answer'
    return
  }
  begin '200 OK' text/html
  cat << END
<!doctype html>
<title>Shop</title>
<h1>In stock</h1>
<table>
$(rows)
</table>
<p>Page by $MESOS_TASK_ID, version $SHOP_VERSION<br>
$(echo "$stock" | sed -n 's/^by \(.*\) \(.*\)/figures by \1, version \2/p')</p>
END
}

rows() {
  echo "$stock" | sed -e '/^by /d' -e 's|^\(.*\) \(.*\)$|<tr><td>\1</td><td>\2</td></tr>|'
}
