#!/bin/sh
# Sets up a trainer on an EC2 instance at its first start: docs/CLOUD.md says what to put in here.
# Needs Ubuntu 24.04 with NVIDIA's driver, such as AWS's Deep Learning Base image.
set -eu

ADDRESS="ELASTIC-IP"
BUCKET="BUCKET"
REGION="REGION"
SOURCE="git+https://REPOSITORY#subdirectory=trainer"

HOME_OF_TRAINER=/var/lib/earmark-trainer
PROGRAM=/opt/earmark/bin/earmark-trainer

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends git python3-venv

useradd --system --home-dir "$HOME_OF_TRAINER" --shell /usr/sbin/nologin earmark
install --directory --owner=earmark --mode=700 "$HOME_OF_TRAINER"
python3 -m venv /opt/earmark
/opt/earmark/bin/pip install --no-cache-dir "earmark-trainer[aws] @ $SOURCE"

# The one thing that the trainer may do as root: switch the machine off.
echo 'earmark ALL=(root) NOPASSWD: /usr/bin/systemctl poweroff' > /etc/sudoers.d/earmark
chmod 440 /etc/sudoers.d/earmark
visudo --check --file=/etc/sudoers.d/earmark

as_trainer() {
    runuser --user earmark -- env EARMARK_TRAINER_HOME="$HOME_OF_TRAINER" "$PROGRAM" "$@"
}
umask 077
as_trainer certificate "$ADDRESS"
as_trainer pair "my computer" --address "https://$ADDRESS:8750" > /root/earmark-pairing
umask 022

cat > /etc/systemd/system/earmark-trainer.service <<UNIT
[Unit]
Description=Earmark trainer
Wants=network-online.target
After=network-online.target

[Service]
User=earmark
Environment=EARMARK_TRAINER_HOME=$HOME_OF_TRAINER
ExecStart=$PROGRAM serve --host 0.0.0.0 --bucket $BUCKET --bucket-region $REGION \\
    --idle-stop 30 --idle-command "sudo /usr/bin/systemctl poweroff"
Restart=on-failure
LimitNOFILE=65536
UMask=0077
PrivateTmp=yes
ProtectHome=yes

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now earmark-trainer.service
