#ifndef CLINUX_BINDS_H
#define CLINUX_BINDS_H
/* Moves servers that listen on every address of the machine to one address, program unchanged: the kernel lets a watcher
   make a process's calls of bind in its place (seccomp_unotify(2), Linux 5.6). */
#include <stdint.h>

/* In a child, before exec: has its calls of bind, and those of all that it starts, told to whoever gets the descriptor
   that goes over `socket`. Where the kernel or the container it runs in does not let it, nothing is sent and nothing changes. */
void clinux_watch_binds(int32_t socket);

/* The descriptor that came over `socket`, -1 where none did. */
int32_t clinux_take_descriptor(int32_t socket);

/* Settles one call of bind that waits. Stream sockets that ask for a port on all addresses get it on `address` (IPv4, in
   network order); every other call goes its own way. 1 where it was moved, 0 where not or where none waits,
   -1 where nobody is left who could call. */
int32_t clinux_settle_bind(int32_t watch, uint32_t address);
#endif
