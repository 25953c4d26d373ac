/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON (RFC 8259), written straight to a stream: no spaces, no line breaks.
 *
 * Strings. What is valid UTF-8 is written as it is, but for what JSON escapes and for all that base/text.h does not let
 * through to a terminal, which is written as \uNNNN: so an answer can be shown as it stands. A byte that belongs to no
 * valid UTF-8 is written as the character U+10FFFD followed by "x" and two hexadecimal digits: the file name a\377 is
 * "a\udbff\udffdxff". The character U+10FFFD itself is written byte by byte in the same way, so that the bytes can
 * always be had back: replace each U+10FFFD and the three characters behind it by the byte.
 */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include <stdio.h>

#include "cmd/value.h"

void json_string(FILE *f, const char *s);
void json_value(FILE *f, const struct value *value);

#endif
