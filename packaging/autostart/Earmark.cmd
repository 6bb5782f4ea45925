@echo off
chcp 65001 >nul
start "Earmark" /min "/usr/bin/earmark" "start"
start "Earmark" /min "/usr/bin/earmark-tray"
