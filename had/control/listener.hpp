// The listening socket of the control surface, and the lock that gives the right to it.
#pragma once

#include "had/sys/fd.hpp"

#include <string>

namespace had::control {

// Beside the socket lies PATH.lock, held as long as the daemon lives: of two that start at once one wins.
// The holder may replace a socket that nobody answers, which a killed daemon has left.  Anything else at
// that path is an error that says what it is.
class Listener {
public:
    // Makes the directory.  Throws std::runtime_error, with the path and what to do.
    explicit Listener(std::string path);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();                              // removes the socket, unless somebody replaced it

    [[nodiscard]] int fd() const { return socket_.get(); }     // non-blocking

private:
    std::string path_;
    sys::UniqueFd lock_, socket_;
    unsigned long device_ = 0, inode_ = 0;    // of the socket that is ours
};

} // namespace had::control
