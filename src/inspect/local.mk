# SPDX-License-Identifier: GPL-3.0-or-later
# Read-only views of the machine and of a program.
noinst_LIBRARIES += %D%/libinspect.a
%C%_libinspect_a_SOURCES = \
	%D%/execchain.h \
	%D%/machine.h
