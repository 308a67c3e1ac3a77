#include "test/faults/in_child.hpp"

#include "test/faults/fake_machine.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <list>
#include <sstream>
#include <stdexcept>

namespace had::faults {
namespace {

std::string answer_of(const std::function<std::string()>& work) {
    try {
        if (!enter_namespaces()) return "no namespaces of its own";
        return work();
    } catch (const std::exception& e) {
        return e.what();
    }
}

} // namespace

Child::Child(const std::function<std::string()>& work) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::setpgid(0, 0);
        const std::string text = answer_of(work);
        for (std::size_t at = 0; at < text.size();) {
            const ssize_t written = ::write(ends[1], text.data() + at, text.size() - at);
            if (written <= 0) break;
            at += static_cast<std::size_t>(written);
        }
        ::_exit(0);
    }
    ::close(ends[1]);
    from_ = ends[0];
}

Child::~Child() {
    ::close(from_);
    ::kill(-pid_, SIGKILL);                   // and what it has left
    ::waitpid(pid_, nullptr, 0);
}

std::string Child::result() const {
    std::string text;
    char buffer[4096];
    for (ssize_t size = 0; (size = ::read(from_, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(size));
    return text;
}

std::vector<std::string> in_children(std::size_t count, std::size_t workers,
                                     const std::function<std::string(std::size_t)>& work) {
    workers = std::min(workers, count);
    std::list<Child> children;
    for (std::size_t first = 0; first < workers; ++first)
        children.emplace_back([=, &work] {
            std::string all;
            for (std::size_t i = first; i < count; i += workers) all += work(i) + '\0';
            return all;
        });
    std::vector<std::string> results(count, "the process that was to try it died");
    std::size_t first = 0;
    for (const Child& child : children) {
        std::istringstream parts(child.result());
        std::size_t i = first++;
        for (std::string part; i < count && std::getline(parts, part, '\0'); i += workers) results[i] = part;
    }
    return results;
}

} // namespace had::faults
