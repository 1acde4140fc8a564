#ifndef CLINUX_H
#define CLINUX_H
/* Linux calls that Glibc's Swift overlay leaves out: macros, variadics, and what hides behind _GNU_SOURCE.
   _GNU_SOURCE stays out of this header: with it sockaddr arguments become a union that Swift cannot call. */
#include "clinux_binds.h"
#include "clinux_spawn.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A small number of the calling thread, given in turn when it first asks. */
extern _Thread_local unsigned clinux_own_thread_number;
unsigned clinux_take_thread_number(void);
static inline unsigned clinux_thread_number(void) {
    return clinux_own_thread_number ? clinux_own_thread_number : clinux_take_thread_number();
}
int clinux_accept4(int fd, int flags);
int clinux_accept_inet(int fd, int flags, struct sockaddr_in *from);
int clinux_name_thread(const char *name);
/* A datagram socket bound to an abstract name: a lock that the kernel lets go with the process. -1 where it is held. */
int clinux_bind_abstract(const char *name);
int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_send_signal(int pidfd, int signal);
static inline int clinux_errno(void) { return errno; }
/* RLIMIT_NOFILE is of another type in every libc: Swift cannot pass it. */
static inline int clinux_get_descriptor_limit(struct rlimit *limit) { return getrlimit(RLIMIT_NOFILE, limit); }
static inline int clinux_set_descriptor_limit(const struct rlimit *limit) { return setrlimit(RLIMIT_NOFILE, limit); }
/* Rows and columns of the terminal behind a descriptor; 0 where there is one. ioctl is variadic. */
static inline int clinux_terminal_size(int fd, struct winsize *size) { return ioctl(fd, TIOCGWINSZ, size); }
/* SIG_IGN is a cast that Swift cannot import. */
static inline void clinux_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }
/* The variables of the process, as exec takes them; Swift does not let a global of C be read. */
char *const *clinux_environment(void);
static inline int clinux_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
#endif
