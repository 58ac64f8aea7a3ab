# Part of `up`: creates an NTFS volume and mounts it with ntfs-3g, if FUSE is available. Otherwise LAB_NTFS is empty.
LAB_NTFS=
if [ -c /dev/fuse ]; then
	truncate -s 16M "$LAB_DIR/ntfs.img"
	mkdir -p "$LAB_DIR/ntfs"
	mkntfs -F -Q -q -L DROP "$LAB_DIR/ntfs.img" >"$LAB_DIR/log/mkntfs.out" 2>&1
	if inside ntfs-3g "$LAB_DIR/ntfs.img" "$LAB_DIR/ntfs" -o permissions,acl,inherit >"$LAB_DIR/log/ntfs-3g.out" 2>&1; then
		LAB_NTFS=$LAB_DIR/ntfs
		seed ntfs.py
	fi
fi
