# SPDX-License-Identifier: GPL-3.0-or-later
# Request, plan, steps, running payload.
noinst_LIBRARIES += %D%/libsandbox.a
%C%_libsandbox_a_SOURCES = \
	%D%/breaks.h \
	%D%/build.c \
	%D%/init.c \
	%D%/inside.h \
	%D%/launch.c \
	%D%/launch.h \
	%D%/payload.c \
	%D%/plan.h \
	%D%/request.c \
	%D%/request.h \
	%D%/spec.c \
	%D%/spec.h \
	%D%/steps.c \
	%D%/steps.h \
	%D%/verify.c
