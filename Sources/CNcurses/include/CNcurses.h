#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The only C of Penstock: what macros, global variables and signal handlers put out of Swift's reach.
//
// Two halves that know nothing of each other:
//   cn_canvas   ncurses as a pure function: cells in, the bytes that turn the last screen into this one out.
//   cn_session  the terminal of this process: raw mode, and its restoring however the process ends.

// MARK: The canvas

/// An ncurses screen whose output is a memory file: it never touches a terminal. One thread at a time for all of them,
/// since ncurses keeps the current one in a global.
typedef struct cn_canvas cn_canvas;

/// Attributes of a cell; they add up.
enum {
    CN_BOLD = 1,
    CN_DIM = 2,
    CN_UNDERLINE = 4,
    CN_REVERSE = 8,
};

/// The most scalars that a cell holds: one that has a width, and marks on it.
#define CN_MARKS 3

/// A character of a row, one or two columns wide.
typedef struct {
    uint32_t scalars[CN_MARKS];  ///< unused ones are 0
    uint8_t width;               ///< 1 or 2
    uint8_t attributes;
    uint16_t pair;               ///< 0 is the terminal's own colours
} cn_character;

/// Opens the description `term`; NULL where there is none that can address the cursor.
cn_canvas *_Nullable cn_canvas_open(const char *_Nonnull term, int rows, int columns);
void cn_canvas_close(cn_canvas *_Nonnull canvas);

/// The number of colours that the description knows; 0 without colour.
int cn_canvas_colours(const cn_canvas *_Nonnull canvas);
/// A capability by its terminfo name, without its padding; NULL where there is none. The caller frees it.
char *_Nullable cn_canvas_capability(cn_canvas *_Nonnull canvas, const char *_Nonnull name);

/// Defines a pair, 1 to 255; -1 is the terminal's own colour.
void cn_canvas_pair(cn_canvas *_Nonnull canvas, int pair, int foreground, int background);
/// The pair of a blank screen.
void cn_canvas_ground(cn_canvas *_Nonnull canvas, int pair);
/// A new size; the next frame repaints everything.
void cn_canvas_resize(cn_canvas *_Nonnull canvas, int rows, int columns);
/// The next frame repaints everything.
void cn_canvas_repaint(cn_canvas *_Nonnull canvas);
/// The terminal has been left; the next frame enters it again.
void cn_canvas_leave(cn_canvas *_Nonnull canvas);

/// Sets a row from its first column. What the system's character table cannot place in the width given is replaced.
void cn_canvas_row(
    cn_canvas *_Nonnull canvas, int row, const cn_character *_Nonnull characters, int count);
/// Where the cursor rests; hidden if not `visible`.
void cn_canvas_cursor(cn_canvas *_Nonnull canvas, int row, int column, bool visible);
/// The bytes that bring the terminal from the last screen to this one, valid until the next call.
size_t cn_canvas_bytes(cn_canvas *_Nonnull canvas, const uint8_t *_Nullable *_Nonnull bytes);

/// Lets characters be looked up as UTF-8 whatever the user's locale: his own if it is one, else the system's neutral
/// one. False where the system has none.
bool cn_locale_utf8(void);
/// The columns that a scalar takes by the system's table; -1 where it is not known.
int cn_locale_width(uint32_t scalar);

// MARK: The session

/// Takes over the terminal: raw mode, and handlers for every signal that could end or stop the process.
///
/// `leave` is what brings the terminal back, at most 512 bytes. Returns the descriptor on which the numbers of SIGWINCH,
/// SIGTSTP and SIGCONT arrive, one byte each; -1 with errno set where the descriptor is no terminal, a session is open
/// already, or the system refuses.
int cn_session_begin(int terminal, const uint8_t *_Nonnull leave, size_t count);
/// Brings the terminal back for as long as the session pauses.
void cn_session_pause(void);
/// Stops the process as ^Z does, with its whole group if `group`, and returns when it goes on. Only while paused.
void cn_session_stop(bool group);
/// Raw mode again. False with errno set where the terminal is gone.
bool cn_session_resume(void);
/// Brings the terminal back, exactly once, and gives the signals back.
void cn_session_end(void);

/// The size in cells by the system; zeros where it does not know.
void cn_terminal_size(int terminal, int *_Nonnull rows, int *_Nonnull columns);

#endif
