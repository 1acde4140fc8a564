#define _GNU_SOURCE 1
#include "clinux.h"
#include <sys/syscall.h>

int clinux_accept4(int fd, int flags) { return accept4(fd, NULL, NULL, flags); }
int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
int clinux_pidfd_send_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }
int clinux_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
int clinux_accept_inet(int fd, int flags, struct sockaddr_in *from) {
    socklen_t size = sizeof *from;
    return accept4(fd, (struct sockaddr *)from, &size, flags);
}
