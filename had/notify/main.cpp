// had-notify: its names, and nothing else.
#include "had/beside.hpp"
#include "had/notify/notifier.hpp"

int main(int argc, char** argv) {
    using namespace had::notify;
    return had::run_beside<Notifier>({"had-notify", "run programs at the events of a chassis", "--state",
                                      "how far each program is"},
                                     argc, argv, Options{}, &Options::state);
}
