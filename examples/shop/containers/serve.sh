# Serves one of the services on port 8080, as the first process of its container:
#
#   serve.sh <service>.sh
#
# The service's file has the function `respond`, which is run for every request to /, and may have
# the function `start`, which is run once, before the first. /health answers without either.
set -eu

. "$MESOS_SANDBOX/http.sh"
start() { :; }
. "$MESOS_SANDBOX/$1"

# The kernel delivers to the first process only signals that it asks for. What is being answered
# gets a moment to end; everything else ends with this process.
server=
trap '[ -z "$server" ] || kill "$server"; sleep 0.3; exit 0' TERM INT

site=/tmp/site
mkdir -p "$site/cgi-bin"
echo ok > "$site/health"
cat > "$site/cgi-bin/index.cgi" << END
#!/bin/sh
. "$MESOS_SANDBOX/http.sh"
. "$MESOS_SANDBOX/$1"
respond
END
chmod +x "$site/cgi-bin/index.cgi"

start
httpd -f -p 8080 -h "$site" &
server=$!
echo "$1 listens on port 8080"

# Also collects what its children leave behind. When the server ends by itself, so does the task.
wait "$server"
