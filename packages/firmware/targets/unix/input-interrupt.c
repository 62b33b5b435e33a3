// A thread that waits for standard input, in the part of a board's receive interrupt. What stays unread is told again
// when its length has changed.
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

void slotscope_attend(void);

static pthread_t main_thread;

static void no_action(int signal) {
    (void)signal;
}

static int unread(void) {
    int length = 0;
    return ioctl(STDIN_FILENO, FIONREAD, &length) == 0 ? length : -1;
}

static void *watch_input(void *unused) {
    (void)unused;
    for (;;) {
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN | POLLRDHUP };
        if (poll(&input, 1, -1) < 0) {
            continue;
        }
        int length = unread();
        if (length < 0) {
            return NULL;
        }
        if (length == 0) {
            if (input.revents & ~POLLIN) {
                // The end of input, which reading tells.
                return NULL;
            }
            continue;
        }
        slotscope_attend();
        // A system call that waits returns, and runs what is scheduled. The signal may come just before the call.
        for (int i = 0; i < 100 && unread() == length; ++i) {
            pthread_kill(main_thread, SIGUSR2);
            usleep(i < 10 ? 500 : 5000);
        }
        while (unread() == length) {
            usleep(5000);
        }
    }
}

__attribute__((constructor)) static void start_watching(void) {
    struct stat input;
    if (fstat(STDIN_FILENO, &input) != 0 || S_ISREG(input.st_mode)) {
        return;
    }
    struct sigaction action = { .sa_handler = no_action };
    sigaction(SIGUSR2, &action, NULL);
    main_thread = pthread_self();
    pthread_t thread;
    sigset_t all, before;
    // Signals are for the interpreter's threads.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, watch_input, NULL) == 0) {
        pthread_detach(thread);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}
