# SPDX-License-Identifier: GPL-3.0-or-later
# 'make bench': the figures of the program beside those of its peers and of the floor, taken in the same run.
EXTRA_DIST += %D%/floor.c
