/** Accounts that Debian, Ubuntu, Fedora and common packages create, without those that are commands as well. */
export const ACCOUNTS = new Set(
  `root daemon bin sys games lp news uucp proxy www-data www http irc gnats nobody systemd-network systemd-resolve
  _apt messagebus sshd syslog ntp ntpsec chrony postfix exim Debian-exim smmsp smmta dovecot amavis clamav debian-spamd
  opendkim mailman list logcheck munin nagios icinga zabbix prometheus grafana apache nginx tomcat lighttpd postgres
  mysql mariadb mongodb redis memcache elasticsearch rabbitmq couchdb influxdb gitlab jenkins gitea drupal moodle
  nextcloud sysstat debian debian-tor ubuntu admin vagrant ec2-user centos fedora rocky pi operator ftp squid bind named
  unbound dnsmasq polkitd avahi colord popcon man`.split(/\s+/),
)

/** Words that begin commands far more often than they name accounts. */
export const COMMANDS = new Set(
  `. [ [[ : true false test cd if for while until case echo printf exec export set eval source command builtin trap umask
  sh bash dash ash zsh ksh csh tcsh fish env nice ionice nohup timeout time sudo su doas chronic flock setsid xargs
  sleep date wait tee cat tac ls find locate updatedb grep egrep sed awk gawk cut sort head tail wc tr cp mv rm ln mkdir
  rmdir touch chmod chown stat df du sync mount umount tar gzip gunzip bzip2 xz zip unzip rsync scp sftp ssh curl wget
  nc ping dig host mail mailx sendmail mutt logger python python2 python3 perl php ruby node npm npx java make git svn hg
  docker podman kubectl helm aws gcloud az s3cmd rclone restic borg borgmatic duplicity duply mysql mysqldump mysqladmin
  psql pg_dump pg_dumpall vacuumdb mongodump redis-cli sqlite3 systemctl service journalctl invoke-rc.d apt apt-get
  aptitude dnf yum snap flatpak pacman certbot acme.sh run-parts logrotate freshclam ntpdate hwclock fstrim smartctl
  mdadm kill killall pkill pgrep ps top uptime free vmstat iostat sar reboot shutdown poweroff at batch notify-send
  drush wp composer artisan rake bundle rails`.split(/\s+/),
)
