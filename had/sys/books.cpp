#include "had/sys/books.hpp"

#include "had/sys/file.hpp"
#include "had/sys/lock.hpp"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <sys/stat.h>
#include <utility>

namespace had::sys {

namespace {

namespace fs = std::filesystem;
using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> identity(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return Identity{status.st_dev, status.st_ino};
}

bool are_the_same(const fs::path& ours, const fs::path& theirs) {
    const auto one = identity(ours);
    return one && one == identity(theirs);
}

} // namespace

UniqueFd take_books(const fs::path& owned, const fs::path& proc) {
    make_parent(owned);
    const fs::path directory = owned.parent_path();
    // Process 1 may not be looked at by everybody; then nothing says that the books are the machine's.
    if (are_the_same(directory, proc / "1/root" / fs::absolute(directory).relative_path()) &&
        !are_the_same(proc / "self/ns/net", proc / "1/ns/net"))
        throw std::runtime_error(fmt::format("{} belongs to the network of process 1, and this is another network "
                                             "namespace: give the daemon a /run of its own here",
                                             directory.string()));
    auto lock = try_lock(directory / "lock");
    if (!lock)
        throw std::runtime_error(fmt::format("another had is running (it holds {})", (directory / "lock").string()));
    return *std::move(lock);
}

} // namespace had::sys
