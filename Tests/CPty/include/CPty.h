#ifndef CPTY_H
#define CPTY_H

#include <stdbool.h>
#include <sys/types.h>

/// Starts a program at a terminal of its own, as the leader of its session. Returns the other end of the terminal, or -1.
int cpty_start(
    char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment, int rows, int columns,
    bool ignoresHangUp, pid_t *_Nonnull process);
void cpty_resize(int master, int rows, int columns);
/// Whether the terminal reads lines and echoes, as a shell leaves it.
bool cpty_is_cooked(int master);

#endif
