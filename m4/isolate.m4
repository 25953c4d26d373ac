# SPDX-License-Identifier: GPL-3.0-or-later
# Our own compiler and linker flags, each kept only if the compiler takes it.

# ISOLATE_TRY_FLAGS(VARIABLE, FLAGS, [LDFLAGS])
# Appends FLAGS to VARIABLE if a program compiles and links with them and nothing is said about them. Flags that mean
# something only together (-Wformat -Werror=format-security) are one argument: probed alone, the second is a
# complaint about the first's absence, and would be dropped without a word. The program calls printf with an
# array on the stack, so that stack and format options have something to work on.
AC_DEFUN([ISOLATE_TRY_FLAGS], [
	AC_MSG_CHECKING([whether the compiler takes $2])
	isolate_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_LINK_IFELSE([AC_LANG_SOURCE([[
		#include <stdio.h>
		int main(int argc, char **argv)
		{
			char word[64];
			snprintf(word, sizeof(word), "%d %s", argc, argv[0]);
			return puts(word) < 0;
		}]])],
		[AC_MSG_RESULT([yes])
		 $1="$$1 $2"],
		[AC_MSG_RESULT([no])])
	CFLAGS=$isolate_save_CFLAGS
])

AC_DEFUN([ISOLATE_WARNING_FLAGS], [
	WARNING_CFLAGS=
	ISOLATE_TRY_FLAGS([WARNING_CFLAGS], [-Wall -Wextra])
	ISOLATE_TRY_FLAGS([WARNING_CFLAGS], [-Wshadow])
	ISOLATE_TRY_FLAGS([WARNING_CFLAGS], [-Wstrict-prototypes -Wmissing-prototypes])
	ISOLATE_TRY_FLAGS([WARNING_CFLAGS], [-Wpointer-arith])
	ISOLATE_TRY_FLAGS([WARNING_CFLAGS], [-Wwrite-strings])
	ISOLATE_TRY_FLAGS([WARNING_CFLAGS], [-Wundef])
	ISOLATE_TRY_FLAGS([WARNING_CFLAGS], [-Wimplicit-fallthrough])
	ISOLATE_TRY_FLAGS([WARNING_CFLAGS], [-Wformat=2 -Wformat-security -Werror=format-security])
	AC_SUBST([WARNING_CFLAGS])
])

AC_DEFUN([ISOLATE_HARDENING_FLAGS], [
	AC_ARG_ENABLE([hardening],
		[AS_HELP_STRING([--disable-hardening], [without stack protector, FORTIFY_SOURCE, PIE, RELRO])],
		[isolate_hardening=$enableval], [isolate_hardening=yes])
	HARDENING_CFLAGS=
	HARDENING_LDFLAGS=
	PIE_LDFLAGS=
	AS_IF([test "$isolate_hardening" = yes], [
		ISOLATE_TRY_FLAGS([HARDENING_CFLAGS], [-fstack-protector-strong])
		ISOLATE_TRY_FLAGS([HARDENING_CFLAGS], [-fstack-clash-protection])
		ISOLATE_TRY_FLAGS([HARDENING_CFLAGS], [-fcf-protection=full])
		ISOLATE_TRY_FLAGS([HARDENING_LDFLAGS], [-Wl,-z,relro -Wl,-z,now])
		ISOLATE_TRY_FLAGS([HARDENING_LDFLAGS], [-Wl,-z,noexecstack])
		# -pie without -fPIE links, on compilers that make PIE by default, and breaks on others: one probe for both.
		isolate_pie=
		ISOLATE_TRY_FLAGS([isolate_pie], [-fPIE -pie])
		AS_IF([test -n "$isolate_pie"], [
			HARDENING_CFLAGS="$HARDENING_CFLAGS -fPIE"
			PIE_LDFLAGS=-pie])
		AS_CASE([" $CPPFLAGS $CFLAGS "],
			[*_FORTIFY_SOURCE*], [],
			[AC_DEFINE([ISOLATE_FORTIFY], [1], [Define _FORTIFY_SOURCE where nothing else has decided on it.])])
	])
	AC_SUBST([isolate_hardening])
	AC_SUBST([HARDENING_CFLAGS])
	AC_SUBST([HARDENING_LDFLAGS])
	AC_SUBST([PIE_LDFLAGS])
])

AC_DEFUN([ISOLATE_ENABLE_WERROR], [
	AC_ARG_ENABLE([werror],
		[AS_HELP_STRING([--enable-werror], [make every warning an error])],
		[isolate_werror=$enableval], [isolate_werror=no])
	isolate_warnings=on
	AS_IF([test "$isolate_werror" = yes], [
		WARNING_CFLAGS="$WARNING_CFLAGS -Werror"
		isolate_warnings=errors])
])

# AddressSanitizer brings LeakSanitizer. No recovery: the first report ends the program, and so fails the test.
AC_DEFUN([ISOLATE_ENABLE_SANITIZERS], [
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UndefinedBehaviorSanitizer])],
		[isolate_sanitizers=$enableval], [isolate_sanitizers=no])
	SANITIZER_CFLAGS=
	AS_IF([test "$isolate_sanitizers" = yes], [
		ISOLATE_TRY_FLAGS([SANITIZER_CFLAGS],
			[-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer])
		AS_IF([test -z "$SANITIZER_CFLAGS"], [AC_MSG_ERROR([this compiler has no address and undefined sanitizers])])
		AC_DEFINE([ISOLATE_SANITIZERS], [1], [Define if built under the sanitizers.])
	])
	AM_CONDITIONAL([SANITIZERS], [test "$isolate_sanitizers" = yes])
	AC_SUBST([SANITIZER_CFLAGS])
])

AC_DEFUN([ISOLATE_ENABLE_COVERAGE], [
	AC_ARG_ENABLE([coverage],
		[AS_HELP_STRING([--enable-coverage], [count which lines the tests reach ('make coverage')])],
		[isolate_coverage=$enableval], [isolate_coverage=no])
	COVERAGE_CFLAGS=
	AS_IF([test "$isolate_coverage" = yes], [COVERAGE_CFLAGS="--coverage -O0 -g"])
	AC_SUBST([isolate_coverage])
	AC_SUBST([COVERAGE_CFLAGS])
])

# The dynamic loader, and the copies of its mappings in each process of a session, are a tenth and more of a start. Nothing is lost without it:
# users from elsewhere than /etc/passwd (LDAP, SSSD) are asked for through getent(1).
AC_DEFUN([ISOLATE_ENABLE_STATIC_PROGRAM], [
	AC_ARG_ENABLE([static-program],
		[AS_HELP_STRING([--disable-static-program],
			[link the C library dynamically: the start takes longer (default: static where it can be linked)])],
		[isolate_static=$enableval], [isolate_static=auto])
	# The sanitizers' own libraries want a dynamic program.
	AS_IF([test "$isolate_static,$isolate_sanitizers" = auto,yes], [isolate_static=no])
	PROGRAM_LDFLAGS=
	AS_IF([test "$isolate_static" != no], [
		ISOLATE_TRY_FLAGS([PROGRAM_LDFLAGS], [-fPIE -static-pie])
		AS_IF([test -z "$PROGRAM_LDFLAGS" && test "$isolate_static" = yes],
			[AC_MSG_ERROR([a static program cannot be linked here])])])
	AS_IF([test -z "$PROGRAM_LDFLAGS"], [isolate_static=no PROGRAM_LDFLAGS=$PIE_LDFLAGS], [isolate_static=yes])
	AC_SUBST([PROGRAM_LDFLAGS])
])
