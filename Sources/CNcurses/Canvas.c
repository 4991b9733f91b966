#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include "CNcurses.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

// Debian's ncurses writes after each cursor motion, some eighty times a frame, and a reader on a slow line sees the
// frame torn. So its output goes to a memory file, and the terminal gets a frame in one write.
struct cn_canvas {
    SCREEN *screen;
    WINDOW *window;
    FILE *file;
    int memory;
    int pair;
    uint8_t *bytes;
    size_t capacity;
    cchar_t *row;
    int rowCapacity;
};

static void ground(cn_canvas *canvas) {
    cchar_t blank;
    setcchar(&blank, L" ", WA_NORMAL, (short)canvas->pair, NULL);
    wbkgrndset(canvas->window, &blank);
    wbkgrnd(canvas->window, &blank);
}

cn_canvas *cn_canvas_open(const char *term, int rows, int columns) {
    cn_canvas *canvas = calloc(1, sizeof *canvas);
    if (!canvas) return NULL;
    canvas->memory = memfd_create("frame", MFD_CLOEXEC);
    if (canvas->memory >= 0) canvas->file = fdopen(canvas->memory, "r+");
    // newterm takes signals for itself, and its handlers end the process in their own way.
    static const int taken[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    struct sigaction before[4];
    for (int index = 0; index < 4; index++) sigaction(taken[index], NULL, &before[index]);
    if (canvas->file) canvas->screen = newterm(term, canvas->file, canvas->file);
    for (int index = 0; index < 4; index++) sigaction(taken[index], &before[index], NULL);
    char *address = canvas->screen ? tigetstr("cup") : NULL;
    if (!address || address == (char *)-1) {
        cn_canvas_close(canvas);
        return NULL;
    }
    start_color();
    use_default_colors();
    typeahead(-1);
    resize_term(rows, columns);
    canvas->window = stdscr;
    scrollok(canvas->window, FALSE);
    idlok(canvas->window, TRUE);
    curs_set(0);
    return canvas;
}

void cn_canvas_close(cn_canvas *canvas) {
    if (canvas->screen) {
        set_term(canvas->screen);
        endwin();
        delscreen(canvas->screen);
    }
    if (canvas->file) fclose(canvas->file);
    else if (canvas->memory >= 0) close(canvas->memory);
    free(canvas->bytes);
    free(canvas->row);
    free(canvas);
}

int cn_canvas_colours(const cn_canvas *canvas) {
    set_term(canvas->screen);
    return COLORS > 0 ? COLORS : 0;
}

char *cn_canvas_capability(cn_canvas *canvas, const char *name) {
    set_term(canvas->screen);
    const char *value = tigetstr(name);
    if (!value || value == (char *)-1) return NULL;
    char *copy = strdup(value);
    if (!copy) return NULL;
    // Padding, $<5/>, asks for time that no terminal of today needs.
    for (char *pad = copy; (pad = strstr(pad, "$<"));) {
        char *end = strchr(pad, '>');
        if (!end) break;
        memmove(pad, end + 1, strlen(end));
    }
    return copy;
}

void cn_canvas_pair(cn_canvas *canvas, int pair, int foreground, int background) {
    set_term(canvas->screen);
    init_extended_pair(pair, foreground, background);
}

void cn_canvas_ground(cn_canvas *canvas, int pair) {
    set_term(canvas->screen);
    canvas->pair = pair;
    ground(canvas);
    clearok(curscr, TRUE);
}

void cn_canvas_resize(cn_canvas *canvas, int rows, int columns) {
    set_term(canvas->screen);
    resize_term(rows, columns);
    ground(canvas);
    clearok(curscr, TRUE);
}

void cn_canvas_repaint(cn_canvas *canvas) {
    set_term(canvas->screen);
    clearok(curscr, TRUE);
}

void cn_canvas_leave(cn_canvas *canvas) {
    set_term(canvas->screen);
    endwin();
    lseek(canvas->memory, 0, SEEK_SET);
    clearok(curscr, TRUE);
}

void cn_canvas_row(cn_canvas *canvas, int row, const cn_character *characters, int count) {
    static const attr_t attributes[] = {WA_BOLD, WA_DIM, WA_UNDERLINE, WA_REVERSE};
    set_term(canvas->screen);
    // A character that cannot be placed takes a replacement and its padding: at most two for one.
    if (canvas->rowCapacity < 2 * count) {
        cchar_t *larger = realloc(canvas->row, 2 * (size_t)count * sizeof *larger);
        if (!larger) return;
        canvas->row = larger;
        canvas->rowCapacity = 2 * count;
    }
    int filled = 0;
    for (int index = 0; index < count; index++) {
        const cn_character *character = &characters[index];
        attr_t attribute = WA_NORMAL;
        for (int bit = 0; bit < 4; bit++)
            if (character->attributes & (1 << bit)) attribute |= attributes[bit];
        wchar_t text[CN_MARKS + 1] = {(wchar_t)character->scalars[0]};
        int padding = 0;
        if (wcwidth(text[0]) == character->width) {
            for (int mark = 1, next = 1; mark < CN_MARKS; mark++) {
                wchar_t scalar = (wchar_t)character->scalars[mark];
                if (scalar && wcwidth(scalar) == 0) text[next++] = scalar;
            }
        } else {
            text[0] = wcwidth(0xFFFD) == 1 ? 0xFFFD : L'?';
            padding = character->width - 1;
        }
        setcchar(&canvas->row[filled++], text, attribute, (short)character->pair, NULL);
        if (padding) setcchar(&canvas->row[filled++], L" ", attribute, (short)character->pair, NULL);
    }
    mvwadd_wchnstr(canvas->window, row, 0, canvas->row, filled);
}

void cn_canvas_cursor(cn_canvas *canvas, int row, int column, bool visible) {
    set_term(canvas->screen);
    curs_set(visible);
    // A hidden cursor may rest where the last change was.
    leaveok(canvas->window, !visible);
    wmove(canvas->window, row, column);
}

size_t cn_canvas_bytes(cn_canvas *canvas, const uint8_t **bytes) {
    set_term(canvas->screen);
    wnoutrefresh(canvas->window);
    doupdate();
    fflush(canvas->file);
    off_t length = lseek(canvas->memory, 0, SEEK_CUR);
    *bytes = NULL;
    if (length <= 0) return 0;
    if (canvas->capacity < (size_t)length) {
        uint8_t *larger = realloc(canvas->bytes, (size_t)length * 2);
        if (!larger) return 0;
        canvas->bytes = larger;
        canvas->capacity = (size_t)length * 2;
    }
    ssize_t count = pread(canvas->memory, canvas->bytes, (size_t)length, 0);
    lseek(canvas->memory, 0, SEEK_SET);
    *bytes = canvas->bytes;
    return count > 0 ? (size_t)count : 0;
}

bool cn_locale_utf8(void) {
    if (setlocale(LC_CTYPE, "") && !strcmp(nl_langinfo(CODESET), "UTF-8")) return true;
    return setlocale(LC_CTYPE, "C.UTF-8") || setlocale(LC_CTYPE, "en_US.UTF-8");
}

int cn_locale_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
