#!/bin/sh
# about: a server's certificate: days until it ends, in steps
# needs: openssl
# goal: The certificate is valid for at least two more weeks.
# playbook: When url-certificate names a step of 14 days or fewer, find out what should renew it, and tell me.
# looop:interval=21600
host="" # required: the name of the server
port=443 # its port
# shared
need openssl 'install openssl'
shown=$(openssl s_client -connect "$host:$port" -servername "$host" </dev/null 2>/dev/null)
pem=$(printf '%s\n' "$shown" | sed -n '/BEGIN CERT/,/END CERT/p')
[ -n "$pem" ] || fail "no certificate from $host:$port"
# checkend fails when the certificate ends within so many seconds.
lasts() { printf '%s\n' "$pem" | openssl x509 -noout -checkend "$1" >/dev/null 2>&1; }
step=0
for days in 30 14 7 3 1; do
  lasts $((days * 86400)) && step=$days && break
done
lasts 0 && valid=true || valid=false
say "{\"valid\":$valid,\"more_than_days\":$step}" "{\"ends\":$(text "$(printf '%s\n' "$pem" | openssl x509 -noout -enddate | cut -d = -f 2 | tr -s ' ' _)")}"
