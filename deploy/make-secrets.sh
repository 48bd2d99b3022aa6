#!/usr/bin/env bash
# Makes the secrets of a new portal in a folder (default deploy/secrets), one a file. What is there stays as it is.
# Not made here: rpc_urls (your nodes, separated by commas), relayer_private_key (an account that holds some ether).
set -euo pipefail
umask 077
folder=${1:-$(dirname "${BASH_SOURCE[0]}")/secrets}
mkdir -p "$folder"
cd "$folder"

word() { openssl rand -hex 32; }
make() { # name, then the command whose output it is
  local name=$1
  shift
  [[ -s $name ]] || { "$@" >"$name.new" && mv "$name.new" "$name"; }
}

make secret_key openssl rand -base64 48
make jwt_private_key openssl genrsa 3072
make promise_private_key openssl genpkey -algorithm ed25519

make mongodb_password word
make redis_password word
make rabbitmq_password word
make mongodb_keyfile openssl rand -base64 512
make database_url printf 'mongodb://portal:%s@mongodb/portal?replicaSet=rs0&authSource=admin' "$(cat mongodb_password)"
make redis_url printf 'redis://:%s@redis:6379/0' "$(cat redis_password)"
make celery_broker_url printf 'amqp://portal:%s@rabbitmq//' "$(cat rabbitmq_password)"
make redis.conf printf 'requirepass %s\n' "$(cat redis_password)"
make rabbitmq.conf printf 'default_user = portal\ndefault_pass = %s\n' "$(cat rabbitmq_password)"

# Containers read them as members of the group 10001, whoever they run as.
if [[ $EUID -eq 0 ]]; then
  chgrp -R 10001 .
  chmod 0750 .
  chmod 0640 ./*
else
  echo "Now let the containers read them: sudo chgrp -R 10001 $PWD && sudo chmod -R u=rwX,g=rX,o= $PWD"
fi
