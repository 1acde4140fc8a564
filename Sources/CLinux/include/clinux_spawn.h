#ifndef CLINUX_SPAWN_H
#define CLINUX_SPAWN_H
/* Starts a child with its own process group, dying with the thread that started it, and where asked with a private
   view of the file system. posix_spawn knows neither PR_SET_PDEATHSIG nor namespaces. */
#include <stdint.h>
#include <sys/types.h>

/* One step on the way to the child's view of the file system, made in order. */
enum clinux_step {
    CLINUX_STEP_TMPFS,    /* a fresh tmpfs at target */
    CLINUX_STEP_FOLDER,   /* mkdir target; there already is fine */
    CLINUX_STEP_FILE,     /* an empty file at target, to bind over */
    CLINUX_STEP_LINK,     /* a symbolic link at target that says source */
    CLINUX_STEP_BIND,     /* source, with what is mounted below it, at target */
    CLINUX_STEP_READONLY, /* what is bound at target can only be read */
    CLINUX_STEP_ROOT,     /* target becomes the root folder */
};

struct clinux_mount_step {
    int32_t step;
    const char *source;
    const char *target;
};

struct clinux_spawn_request {
    const char *program; /* an absolute path */
    char *const *arguments;
    char *const *environment;
    const char *folder; /* the working folder, as the child sees it */
    int32_t input;      /* becomes descriptor 0; -1 for /dev/null */
    int32_t output;     /* becomes descriptor 1 */
    int32_t errors;     /* becomes descriptor 2 */
    int32_t binds;      /* a socket over which the watch of its binds is sent (clinux_binds.h); -1 for none */
    int32_t group;      /* the open cgroup.procs of the control group that the child enters; -1 to stay */
    int32_t mounts;     /* whether to give the child a mount namespace of its own */
    int32_t user;       /* whether that takes a user namespace too (not being root) */
    const struct clinux_mount_step *steps;
    int64_t step_count;
};

/* Where a start failed. */
struct clinux_spawn_fault {
    int32_t number;    /* errno */
    const char *place; /* the call that failed */
    int64_t step;      /* the mount step that failed, else -1 */
};

/* The child's pid, and a descriptor that becomes readable when it ends; -1 and `fault` where it did not start.
   Returns when the child runs `program` (the calling thread sleeps until then). */
pid_t clinux_spawn(const struct clinux_spawn_request *request, int32_t *pidfd, struct clinux_spawn_fault *fault);

/* Takes the exit of a child by its pidfd: 1 and its status, 0 while it runs, -1 with errno. `status` is the exit code,
   or 128 + the signal that ended it, whose number is then in `signal`. */
int32_t clinux_take_exit(int32_t pidfd, int32_t *status, int32_t *signal);

/* A pipe that no child inherits, and what makes an end of it answer EAGAIN where it would wait. */
int32_t clinux_pipe(int32_t ends[2]);
int32_t clinux_set_nonblocking(int32_t descriptor);
#endif
