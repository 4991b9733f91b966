#define _GNU_SOURCE
#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// One session a process, since its terminal and its signals are the process's own. Everything that a handler touches is
// written before the handler stands, or is atomic.
static int terminal = -1;
static struct termios cooked;
static struct termios raw;
static uint8_t leave[512];
static size_t leaveCount;
static int mailbox[2] = {-1, -1};
static atomic_bool isEntered;

static const int fatal[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE};
static const int told[] = {SIGWINCH, SIGTSTP, SIGCONT};
enum { FATAL = sizeof fatal / sizeof *fatal, TOLD = sizeof told / sizeof *told };
static struct sigaction fatalBefore[FATAL];
static struct sigaction toldBefore[TOLD];

/// Brings the terminal back if nobody has. Async-signal-safe.
static void restore(void) {
    if (!atomic_exchange(&isEntered, false)) return;
    // A terminal that the shell has taken back is not ours to change; where there is no telling, try.
    pid_t foreground = tcgetpgrp(terminal);
    if (foreground > 0 && foreground != getpgrp()) return;
    size_t sent = 0;
    for (int patience = 10; sent < leaveCount && patience > 0;) {
        ssize_t count = write(terminal, leave + sent, leaveCount - sent);
        if (count > 0) {
            sent += (size_t)count;
        } else if (count < 0 && errno == EAGAIN) {
            // A stalled line must not keep a dying process: a second in all.
            struct pollfd wait = {.fd = terminal, .events = POLLOUT};
            poll(&wait, 1, 100);
            patience--;
        } else if (count == 0 || errno != EINTR) {
            break;
        }
    }
    // Reports of the mouse that are still on their way would be typed at the shell.
    tcflush(terminal, TCIFLUSH);
    while (tcsetattr(terminal, TCSANOW, &cooked) < 0 && errno == EINTR) {}
}

static void onFatal(int number, siginfo_t *info, void *context) {
    (void)context;
    restore();
    // The default action, not what stood before: Swift's own handler asks the user what to do, who may be gone.
    signal(number, SIG_DFL);
    // A fault of the processor comes again by itself, with its address for the core; a signal that was sent is sent again.
    bool comesAgain = info->si_code > 0
        && (number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE);
    if (!comesAgain) raise(number);
}

static void onTold(int number) {
    int before = errno;
    uint8_t byte = (uint8_t)number;
    // A full mailbox has said it already.
    (void)!write(mailbox[1], &byte, 1);
    errno = before;
}

static void standHandlers(void) {
    struct sigaction action = {.sa_sigaction = onFatal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (int index = 0; index < FATAL; index++) {
        sigaction(fatal[index], &action, &fatalBefore[index]);
        // Who starts us deaf to a signal means it: nohup, or a chain of sudo. The poll sees the line drop all the same.
        if (fatalBefore[index].sa_handler == SIG_IGN) sigaction(fatal[index], &fatalBefore[index], NULL);
    }
    struct sigaction tell = {.sa_handler = onTold, .sa_flags = SA_RESTART};
    sigemptyset(&tell.sa_mask);
    for (int index = 0; index < TOLD; index++) sigaction(told[index], &tell, &toldBefore[index]);
}

int cn_session_begin(int descriptor, const uint8_t *bytes, size_t count) {
    static bool isAtExit;
    if (terminal >= 0 || count > sizeof leave) {
        errno = terminal >= 0 ? EBUSY : EINVAL;
        return -1;
    }
    if (tcgetattr(descriptor, &cooked) < 0 || pipe2(mailbox, O_CLOEXEC | O_NONBLOCK) < 0) return -1;
    if (!isAtExit && atexit(cn_session_end) == 0) isAtExit = true;
    raw = cooked;
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    // A stack that has run over leaves no room for a handler.
    static uint8_t spare[64 * 1024];
    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && stack.ss_flags & SS_DISABLE)
        sigaltstack(&(stack_t){.ss_sp = spare, .ss_size = sizeof spare}, NULL);
    memcpy(leave, bytes, count);
    leaveCount = count;
    terminal = descriptor;
    standHandlers();
    if (cn_session_resume()) return mailbox[0];
    int error = errno;
    cn_session_end();
    errno = error;
    return -1;
}

void cn_session_pause(void) { restore(); }

void cn_session_stop(bool group) {
    struct sigaction quiet = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGTSTP, &quiet, &before);
    if (group) kill(0, SIGTSTP);
    quiet.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &quiet, NULL);
    // Sent to this thread, it stops the process before raise returns.
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}

bool cn_session_resume(void) {
    // Marked first: a signal between the two would find raw mode and nothing to restore.
    atomic_store(&isEntered, true);
    int result;
    // In the background this stops the process until it is in the foreground again, as it should.
    while ((result = tcsetattr(terminal, TCSANOW, &raw)) < 0 && errno == EINTR) {}
    return result == 0;
}

void cn_session_end(void) {
    if (terminal < 0) return;
    restore();
    for (int index = 0; index < FATAL; index++) sigaction(fatal[index], &fatalBefore[index], NULL);
    for (int index = 0; index < TOLD; index++) sigaction(told[index], &toldBefore[index], NULL);
    close(mailbox[0]);
    close(mailbox[1]);
    mailbox[0] = mailbox[1] = -1;
    terminal = -1;
}

void cn_terminal_size(int descriptor, int *rows, int *columns) {
    struct winsize size = {0};
    if (ioctl(descriptor, TIOCGWINSZ, &size) < 0) size = (struct winsize){0};
    *rows = size.ws_row;
    *columns = size.ws_col;
}
