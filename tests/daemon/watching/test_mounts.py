from __future__ import annotations

from earmark_daemon.watching.mounts import (
    Mount,
    below,
    mount_of,
    mounts,
    parse_mount_output,
    parse_mountinfo,
)

MOUNTINFO = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 22 0:42 / /srv/my\040packs rw shared:7 master:2 - nfs4 nas:/packs rw,vers=4.2
32 22 0:43 / /srv/usb rw - vfat /dev/sdb1 rw
33 22 0:44 / /home/me/cloud rw - fuse.rclone remote: rw
""".strip().splitlines()

MACOS = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//me@nas._smb._tcp.local/My%20Packs on /Volumes/My Packs (smbfs, nodev, nosuid)
""".strip().splitlines()


def test_the_table_of_linux() -> None:
    table = tuple(parse_mountinfo(MOUNTINFO))
    share = mount_of("/srv/my packs/drums", table)
    assert share == Mount("/srv/my packs", "nfs4")
    assert not share.sends_events
    assert not mount_of("/home/me/cloud", table).sends_events
    stick = mount_of("/srv/usb/kit", table)
    assert stick.sends_events
    assert not stick.keeps_inodes
    disk = mount_of("/srv/usbstick", table)
    assert (disk.point, disk.sends_events, disk.keeps_inodes) == ("/", True, True)


def test_the_table_of_macos() -> None:
    table = tuple(parse_mount_output(MACOS))
    assert mount_of("/Volumes/My Packs/a", table) == Mount("/Volumes/My Packs", "smbfs")
    assert mount_of("/Users/me", table).kind == "apfs"


def test_what_is_mounted_in_a_folder() -> None:
    table = tuple(parse_mountinfo(MOUNTINFO))
    assert {mount.kind for mount in below("/srv", table)} == {"nfs4", "vfat"}


def test_this_machine_has_a_root() -> None:
    assert mount_of("/", mounts()).sends_events
    assert mount_of(r"\\nas\packs", ()).sends_events is False
