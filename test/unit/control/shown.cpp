#include "test/unit/control/shown.hpp"

#include "had/sys/fd.hpp"
#include "test/unit/control/wire.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace had::test {

Shown shown(control::Exit (*verb)(const hadctl::Options&), const hadctl::Options& options) {
    const TempDir dir;
    const std::string name = dir.path / "out";
    Shown result;
    std::fflush(stdout);
    const sys::UniqueFd saved(::dup(STDOUT_FILENO));
    const sys::UniqueFd file(::open(name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    ::dup2(file.get(), STDOUT_FILENO);
    try {
        result.exit = verb(options);
    } catch (const control::ClientError& error) {
        result.exit = error.exit;
        result.trouble = error.what();
    }
    ::dup2(saved.get(), STDOUT_FILENO);
    std::ifstream in(name);
    result.out.assign(std::istreambuf_iterator<char>(in), {});
    return result;
}

} // namespace had::test
