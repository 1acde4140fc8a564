#define _GNU_SOURCE 1
#include "clinux_binds.h"
#include "clinux_spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* The child runs in the parent's memory while the parent's thread sleeps (vfork's way): system calls only, no
   allocation, no lock, and whatever it writes into `fault` the parent reads. */
struct child {
    const struct clinux_spawn_request *request;
    struct clinux_spawn_fault *fault;
    pid_t parent;
    char uid_map[48];
    char gid_map[48];
};

enum { STACK_BYTES = 64 * 1024 };

static int fail(struct child *child, const char *place, int64_t step) {
    child->fault->number = errno;
    child->fault->place = place;
    child->fault->step = step;
    _exit(127);
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t written = write(file, text, strlen(text));
    int number = errno;
    close(file);
    errno = number;
    return written < 0 ? -1 : 0;
}

/* A user namespace may not drop the flags that its mounts came with: keep them. */
static int remount_readonly(const char *target) {
    struct statvfs info;
    if (statvfs(target, &info) != 0) return -1;
    unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
    if (info.f_flag & ST_NOSUID) flags |= MS_NOSUID;
    if (info.f_flag & ST_NODEV) flags |= MS_NODEV;
    if (info.f_flag & ST_NOEXEC) flags |= MS_NOEXEC;
    if (info.f_flag & ST_NOATIME) flags |= MS_NOATIME;
    if (info.f_flag & ST_NODIRATIME) flags |= MS_NODIRATIME;
    if (info.f_flag & ST_RELATIME) flags |= MS_RELATIME;
    return mount(NULL, target, NULL, flags, NULL);
}

static int make_step(const struct clinux_mount_step *step) {
    int file;
    switch (step->step) {
    case CLINUX_STEP_TMPFS: return mount("tmpfs", step->target, "tmpfs", 0, "mode=755");
    case CLINUX_STEP_FOLDER: return mkdir(step->target, 0755) == 0 || errno == EEXIST ? 0 : -1;
    case CLINUX_STEP_FILE:
        file = open(step->target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        return file < 0 ? -1 : close(file);
    case CLINUX_STEP_LINK: return symlink(step->source, step->target);
    case CLINUX_STEP_BIND: return mount(step->source, step->target, NULL, MS_BIND | MS_REC, NULL);
    case CLINUX_STEP_READONLY: return remount_readonly(step->target);
    case CLINUX_STEP_ROOT: return chroot(step->target) != 0 ? -1 : chdir("/");
    default: errno = EINVAL; return -1;
    }
}

static void enter_view(struct child *child) {
    const struct clinux_spawn_request *request = child->request;
    if (request->user) {
        if (write_file("/proc/self/setgroups", "deny") != 0) fail(child, "setgroups", -1);
        if (write_file("/proc/self/uid_map", child->uid_map) != 0) fail(child, "uid_map", -1);
        if (write_file("/proc/self/gid_map", child->gid_map) != 0) fail(child, "gid_map", -1);
    }
    /* Mounts made here stay here; unmounts outside still arrive, so that nothing is held busy. */
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0) fail(child, "mount /", -1);
    for (int64_t index = 0; index < request->step_count; index++) {
        if (make_step(&request->steps[index]) != 0) fail(child, "mount", index);
    }
}

static void reset_signals(void) {
    struct sigaction plain;
    memset(&plain, 0, sizeof plain);
    plain.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) sigaction(number, &plain, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int run_child(void *argument) {
    struct child *child = argument;
    const struct clinux_spawn_request *request = child->request;
    if (setpgid(0, 0) != 0) fail(child, "setpgid", -1);
    /* Before anything is allocated or started that would count elsewhere. */
    if (request->group >= 0 && write(request->group, "0", 1) != 1) fail(child, "control group", -1);
    if (request->mounts) enter_view(child);
    int input = request->input >= 0 ? request->input : open("/dev/null", O_RDONLY);
    if (input < 0) fail(child, "open /dev/null", -1);
    if (dup2(input, 0) < 0) fail(child, "dup2", -1);
    if (dup2(request->output, 1) < 0) fail(child, "dup2", -1);
    if (dup2(request->errors, 2) < 0) fail(child, "dup2", -1);
    if (request->binds >= 0) clinux_watch_binds(request->binds);
    syscall(SYS_close_range, 3, ~0U, 0);
    if (chdir(request->folder) != 0) fail(child, "chdir", -1);
    umask(022);
    /* Last, for a change of credentials takes it back; then look whether the parent went before. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(child, "prctl", -1);
    if (getppid() != child->parent) _exit(127);
    reset_signals();
    execve(request->program, request->arguments, request->environment);
    return fail(child, "exec", -1);
}

pid_t clinux_spawn(const struct clinux_spawn_request *request, int32_t *pidfd, struct clinux_spawn_fault *fault) {
    struct child child = {.request = request, .fault = fault, .parent = getpid()};
    snprintf(child.uid_map, sizeof child.uid_map, "%d %d 1", (int)geteuid(), (int)geteuid());
    snprintf(child.gid_map, sizeof child.gid_map, "%d %d 1", (int)getegid(), (int)getegid());
    memset(fault, 0, sizeof *fault);
    fault->step = -1;

    char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        fault->number = errno;
        fault->place = "mmap";
        return -1;
    }
    int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
    if (request->mounts) flags |= CLONE_NEWNS;
    if (request->mounts && request->user) flags |= CLONE_NEWUSER;

    /* No handler of the parent may run in the child, which shares its memory. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int descriptor = -1;
    pid_t pid = clone(run_child, stack + STACK_BYTES, flags, &child, &descriptor);
    int number = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stack, STACK_BYTES);

    if (pid < 0) {
        fault->number = number;
        fault->place = "clone";
        return -1;
    }
    if (fault->place != NULL) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        close(descriptor);
        return -1;
    }
    *pidfd = descriptor;
    return pid;
}

int32_t clinux_take_exit(int32_t pidfd, int32_t *status, int32_t *signal) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) != 0) return -1;
    if (info.si_pid == 0) return 0;
    if (info.si_code == CLD_EXITED) {
        *status = info.si_status;
        *signal = 0;
    } else {
        *status = 128 + info.si_status;
        *signal = info.si_status;
    }
    return 1;
}

int32_t clinux_pipe(int32_t ends[2]) { return pipe2(ends, O_CLOEXEC); }
int32_t clinux_set_nonblocking(int32_t descriptor) {
    return fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}
