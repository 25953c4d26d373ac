# SPDX-License-Identifier: GPL-3.0-or-later
# The terminal: a library of its own that needs the C library alone, built always.
EXTRA_DIST += %D%/width.py
noinst_LIBRARIES += %D%/libvt.a
%C%_libvt_a_SOURCES = \
	%D%/vt.c \
	%D%/vt.h \
	%D%/vt_bulk.h \
	%D%/vt_cell.c \
	%D%/vt_check.c \
	%D%/vt_color.c \
	%D%/vt_csi.c \
	%D%/vt_cursor.c \
	%D%/vt_dcs.c \
	%D%/vt_esc.c \
	%D%/vt_history.c \
	%D%/vt_impl.h \
	%D%/vt_key.c \
	%D%/vt_link.c \
	%D%/vt_mode.c \
	%D%/vt_mouse.c \
	%D%/vt_osc.c \
	%D%/vt_parse.c \
	%D%/vt_pool.c \
	%D%/vt_print.c \
	%D%/vt_rect.c \
	%D%/vt_report.c \
	%D%/vt_resize.c \
	%D%/vt_screen.c \
	%D%/vt_search.c \
	%D%/vt_sgr.c \
	%D%/vt_style.c \
	%D%/vt_text.c \
	%D%/vt_title.c \
	%D%/width_table.h
