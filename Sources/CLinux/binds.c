#define _GNU_SOURCE 1
#include "clinux_binds.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

union carried {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static int send_descriptor(int socket, int descriptor) {
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union carried carried = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    memcpy(CMSG_DATA(&carried.header), &descriptor, sizeof descriptor);
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &carried, .msg_controllen = sizeof carried};
    return sendmsg(socket, &message, 0) == 1 ? 0 : -1;
}

int32_t clinux_take_descriptor(int32_t socket) {
    char byte;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union carried carried;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &carried, .msg_controllen = sizeof carried};
    if (recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL || header->cmsg_type != SCM_RIGHTS) return -1;
    int descriptor;
    memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return descriptor;
}

void clinux_watch_binds(int32_t socket) {
#ifdef OWN_ARCHITECTURE
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bind, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    };
    struct sock_fprog program = {.len = sizeof steps / sizeof *steps, .filter = steps};
    long watch = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (watch < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        watch = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    }
    if (watch < 0) return;
    send_descriptor(socket, (int)watch);
    close((int)watch);
#endif
}

/* The process that a thread belongs to. */
static pid_t process_of(pid_t thread) {
    char path[32], line[128];
    snprintf(path, sizeof path, "/proc/%d/status", (int)thread);
    FILE *file = fopen(path, "re");
    if (file == NULL) return -1;
    int process = -1;
    while (process < 0 && fgets(line, sizeof line, file) != NULL) sscanf(line, "Tgid: %d", &process);
    fclose(file);
    return process;
}

/* Puts `address` where `name` says all addresses; 0 where it says anything else. */
static int narrow(struct sockaddr_storage *name, socklen_t length, uint32_t address) {
    struct sockaddr_in *four = (struct sockaddr_in *)name;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)name;
    if (name->ss_family == AF_INET && length >= sizeof *four && four->sin_addr.s_addr == INADDR_ANY && four->sin_port != 0) {
        four->sin_addr.s_addr = address;
        return 1;
    }
    if (name->ss_family == AF_INET6 && length >= sizeof *six && IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr) && six->sin6_port != 0) {
        six->sin6_addr.s6_addr[10] = six->sin6_addr.s6_addr[11] = 0xFF;
        memcpy(&six->sin6_addr.s6_addr[12], &address, 4);
        return 1;
    }
    return 0;
}

/* The socket that the call is about, in a descriptor of ours. */
static int borrow_socket(const struct seccomp_notif *call) {
    int process = (int)syscall(SYS_pidfd_open, process_of((pid_t)call->pid), 0);
    if (process < 0) return -1;
    int socket = (int)syscall(SYS_pidfd_getfd, process, (int)call->data.args[0], 0);
    close(process);
    int type = 0, only_six = 0;
    socklen_t size = sizeof type;
    if (socket >= 0 && (getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM)) {
        close(socket);
        return -1;
    }
    size = sizeof only_six;
    /* Pods have IPv4 addresses, which such a socket cannot have. */
    if (socket >= 0 && getsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &only_six, &size) == 0 && only_six != 0) {
        close(socket);
        return -1;
    }
    return socket;
}

/* Makes the call in the caller's place; whether it is settled by that. */
static int move_bind(int32_t watch, const struct seccomp_notif *call, uint32_t address, int32_t *error) {
    struct sockaddr_storage name;
    memset(&name, 0, sizeof name);
    socklen_t length = (socklen_t)call->data.args[2];
    if (length > sizeof name) return 0;
    struct iovec here = {.iov_base = &name, .iov_len = length};
    struct iovec there = {.iov_base = (void *)(uintptr_t)call->data.args[1], .iov_len = length};
    if (process_vm_readv((pid_t)call->pid, &here, 1, &there, 1, 0) != (ssize_t)length) return 0;
    if (!narrow(&name, length, address)) return 0;
    int socket = borrow_socket(call);
    if (socket < 0) return 0;
    /* What was read is the caller's only if it still waits. */
    if (ioctl(watch, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) != 0) {
        close(socket);
        return 0;
    }
    *error = bind(socket, (struct sockaddr *)&name, length) == 0 ? 0 : -errno;
    close(socket);
    return 1;
}

int32_t clinux_settle_bind(int32_t watch, uint32_t address) {
    struct seccomp_notif call;
    struct seccomp_notif_resp answer;
    memset(&call, 0, sizeof call);
    memset(&answer, 0, sizeof answer);
    struct pollfd entry = {.fd = watch, .events = POLLIN};
    if (poll(&entry, 1, 0) <= 0) return 0;
    if ((entry.revents & POLLIN) == 0) return -1;
    if (ioctl(watch, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) return 0;
    answer.id = call.id;
    int moved = move_bind(watch, &call, address, &answer.error);
    if (!moved) answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ioctl(watch, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    return moved;
}
