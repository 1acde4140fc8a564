#define _GNU_SOURCE 1
#include "clinux.h"
#include <sys/syscall.h>

int clinux_accept4(int fd, int flags) { return accept4(fd, NULL, NULL, flags); }
int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
int clinux_pidfd_send_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }
