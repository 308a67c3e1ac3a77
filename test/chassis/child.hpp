// A child process that cannot outlive its owner: the kernel kills it when the test program dies,
// however it dies, and the destructor kills it otherwise.
#pragma once
#include <string>
#include <sys/types.h>
#include <vector>

#include "test/chassis/fd.hpp"

namespace had::test {

class Child {
public:
    // The descriptors in `keep` stay open in the child under their own numbers.  What it says goes
    // to `log`.
    Child(const std::vector<std::string>& argv, const std::vector<int>& keep,
          const std::string& log);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    // False once it has ended; it is collected then.
    bool running();
    // To what it has started.
    void signal_children(int signal) const;

private:
    pid_t pid_;
};

// Both ends of a stream that only its owners have; closed on exec unless kept.
std::pair<Fd, Fd> socket_pair();

} // namespace had::test
