# SPDX-License-Identifier: GPL-3.0-or-later
# One file per kernel interface; returns -errno, never prints.
noinst_LIBRARIES += %D%/libsys.a
%C%_libsys_a_SOURCES = \
	%D%/bpf.h \
	%D%/bpftree.c \
	%D%/bpftree.h \
	%D%/caps.c \
	%D%/caps.h \
	%D%/confine.c \
	%D%/confine.h \
	%D%/fdpass.c \
	%D%/fdpass.h \
	%D%/getent.c \
	%D%/getent.h \
	%D%/idmap.c \
	%D%/idmap.h \
	%D%/keyring.c \
	%D%/keyring.h \
	%D%/landlock.c \
	%D%/landlock.h \
	%D%/mount.c \
	%D%/mount.h \
	%D%/mountinfo.c \
	%D%/mountinfo.h \
	%D%/netif.c \
	%D%/netif.h \
	%D%/ns.c \
	%D%/ns.h \
	%D%/nsfs.c \
	%D%/nsfs.h \
	%D%/nsask.c \
	%D%/nsask.h \
	%D%/nsjoin.c \
	%D%/nsjoin.h \
	%D%/notify.c \
	%D%/notify.h \
	%D%/open.c \
	%D%/open.h \
	%D%/pathcalls.c \
	%D%/pathcalls.h \
	%D%/pidfd.c \
	%D%/pidfd.h \
	%D%/processor.c \
	%D%/processor.h \
	%D%/procfs.c \
	%D%/procfs.h \
	%D%/procnews.c \
	%D%/procnews.h \
	%D%/seccomp.c \
	%D%/seccomp.h \
	%D%/signals.c \
	%D%/signals.h \
	%D%/title.c \
	%D%/title.h
