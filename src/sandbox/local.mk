# SPDX-License-Identifier: GPL-3.0-or-later
# Request, plan, steps, running payload.
noinst_LIBRARIES += %D%/libsandbox.a
%C%_libsandbox_a_SOURCES = \
	%D%/breaks.h \
	%D%/build.c \
	%D%/defaults.c \
	%D%/defaults.h \
	%D%/door.c \
	%D%/door.h \
	%D%/environ.c \
	%D%/environ.h \
	%D%/identity.c \
	%D%/identity.h \
	%D%/pane_terminfo.h \
	%D%/init.c \
	%D%/inside.c \
	%D%/inside.h \
	%D%/join.c \
	%D%/keeper.c \
	%D%/keeper.h \
	%D%/launch.c \
	%D%/launch.h \
	%D%/payload.c \
	%D%/plan.c \
	%D%/plan.h \
	%D%/plan_draft.c \
	%D%/plan_draft.h \
	%D%/plan_inside.c \
	%D%/plan_inside.h \
	%D%/plan_print.c \
	%D%/plan_rebuild.c \
	%D%/plan_settle.c \
	%D%/plan_sockets.c \
	%D%/plan_sockets.h \
	%D%/plan_specs.c \
	%D%/plan_specs.h \
	%D%/request.c \
	%D%/request.h \
	%D%/rootfs.c \
	%D%/rootfs.h \
	%D%/rootfs_nodes.h \
	%D%/rootfs_protocol.c \
	%D%/sensor.c \
	%D%/sensor.h \
	%D%/spec.c \
	%D%/spec.h \
	%D%/steps.c \
	%D%/steps.h \
	%D%/tell.c \
	%D%/tell.h \
	%D%/verify.c \
	%D%/view.c \
	%D%/view.h \
	%D%/watched.c \
	%D%/watched.h
EXTRA_DIST += %D%/pane.ti
