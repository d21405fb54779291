# The service as an image:
#
#   docker build -t ekiden .
#   docker run -d --name ekiden -p 127.0.0.1:8080:8080 -v ekiden-data:/var/lib/ekiden ekiden
#
# How to run it with tasks in containers, upgrade it and what ends with it: docs/packaging.md.
# Nothing here needs BuildKit: the builder of Docker 20.10 will do.
#
# BASE may be any Debian 12 or newer with Node 20.19 or newer and npm (no Alpine: the embedded
# Postgres needs glibc). A base of your own can bring what a closed network asks for: certificates,
# npm's and apt's configuration.
ARG BASE=node:20-bookworm-slim

# Everything the lockfile names. Made again only when the lockfile changes.
FROM ${BASE} AS dependencies
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
RUN npm ci

FROM dependencies AS build
COPY nest-cli.json tsconfig.json ./
COPY apps apps
COPY libs libs
COPY migrations migrations
RUN npm run build

# What the service loads. TypeScript comes as a peer of @nestjs/swagger, for its compiler plugin,
# which is not used here; typeorm/browser is a second copy of TypeORM for bundlers; type
# declarations and the source maps of packages are for editors. Licences stay.
FROM dependencies AS production
RUN npm prune --omit=dev \
  && rm -rf node_modules/typescript node_modules/.bin/tsc node_modules/.bin/tsserver \
    node_modules/typeorm/browser \
  && find node_modules -type f \
    \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM ${BASE}
LABEL org.opencontainers.image.title="Ekiden" \
  org.opencontainers.image.description="Runs long-running services: Marathon's API on an embedded, offer-based resource core."

# tini is process 1: it passes SIGTERM on, also while the service still starts, and it collects the
# processes that tasks leave behind, which would pile up as zombies under node.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
  && groupadd --gid 10001 ekiden \
  && useradd --uid 10001 --gid 10001 --home-dir /var/lib/ekiden --no-create-home \
    --shell /usr/sbin/nologin ekiden \
  && install -d -o 10001 -g 10001 /var/lib/ekiden

# Relative addresses in the fetch lists of apps start here (EKIDEN_FETCH_ROOT), so the examples of
# the README work against a container too.
WORKDIR /app
COPY --from=production /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json ./
COPY examples examples

# 0.0.0.0 is all of the *container*: who reaches it is decided by `--publish`, so publish on
# 127.0.0.1. With `--network host` it would be all of the machine: set 127.0.0.1 there.
ENV EKIDEN_HTTP_ADDRESS=0.0.0.0 \
  EKIDEN_HTTP_PORT=8080 \
  EKIDEN_DATA_DIR=/var/lib/ekiden
EXPOSE 8080
VOLUME /var/lib/ekiden

# A number, so that "not root" can be seen without looking into the image. The embedded Postgres
# runs as this user too. For the Docker engine's socket see docs/packaging.md.
USER 10001:10001

# Whether the service answers, not whether it leads: one that stands by or waits for its database
# is well. The first seconds may go to a claim on the data directory that a killed container left.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "const { EKIDEN_HTTP_ADDRESS: a, EKIDEN_HTTP_PORT: p } = process.env; const host = a || '127.0.0.1'; fetch('http://' + (host.includes(':') ? '[' + host + ']' : host) + ':' + (p || 8080) + '/ping').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

# Flags of the service may follow the image's name: docker run --rm ekiden --help
ENTRYPOINT ["tini", "--", "node", "--enable-source-maps", "/app/dist/apps/ekiden/src/main.js"]
CMD []
