#define _GNU_SOURCE 1
#include "clinux.h"
#include <stddef.h>
#include <sys/syscall.h>

_Thread_local unsigned clinux_own_thread_number;
unsigned clinux_take_thread_number(void) {
    static unsigned last;
    return clinux_own_thread_number = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

int clinux_accept4(int fd, int flags) { return accept4(fd, NULL, NULL, flags); }
int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
int clinux_pidfd_send_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }
int clinux_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
char *const *clinux_environment(void) { return environ; }
int clinux_accept_inet(int fd, int flags, struct sockaddr_in *from) {
    socklen_t size = sizeof *from;
    return accept4(fd, (struct sockaddr *)from, &size, flags);
}

int clinux_bind_abstract(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length + 1 > sizeof address.sun_path) return -1;
    memcpy(address.sun_path + 1, name, length);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length)) == 0) return fd;
    close(fd);
    return -1;
}
