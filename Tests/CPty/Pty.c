#define _GNU_SOURCE
#include "CPty.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int cpty_start(
    char *const *arguments, char *const *environment, int rows, int columns, bool ignoresHangUp, pid_t *process) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    int master;
    *process = forkpty(&master, NULL, NULL, &size);
    if (*process < 0) return -1;
    if (*process == 0) {
        // The runner of the tests may have blocked or ignored what the program is to be told.
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
        if (ignoresHangUp) signal(SIGHUP, SIG_IGN);
        execve(arguments[0], arguments, environment);
        _exit(127);
    }
    fcntl(master, F_SETFD, FD_CLOEXEC);
    return master;
}

void cpty_resize(int master, int rows, int columns) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    ioctl(master, TIOCSWINSZ, &size);
}

bool cpty_is_cooked(int master) {
    struct termios now;
    tcflag_t cooked = ICANON | ECHO | ISIG;
    return tcgetattr(master, &now) == 0 && (now.c_lflag & cooked) == cooked && now.c_oflag & OPOST;
}
