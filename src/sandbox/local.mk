# Request, plan, steps, running payload.
noinst_LIBRARIES += %D%/libsandbox.a
%C%_libsandbox_a_SOURCES = \
	%D%/launch.h \
	%D%/plan.h \
	%D%/request.c \
	%D%/request.h \
	%D%/spec.c \
	%D%/spec.h
