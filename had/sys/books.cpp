#include "had/sys/books.hpp"

#include "had/sys/file.hpp"
#include "had/sys/lock.hpp"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <tuple>
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

[[noreturn]] void refuse(const fs::path& directory, const char* whose, const std::string& remedy) {
    throw std::runtime_error(fmt::format("{} tells of the network of {}, and this is another network namespace: {}",
                                         directory.string(), whose, remedy));
}

// As the kernel names it, net:[4026531840].  Empty: there is no proc to tell it.
std::string network_of(const fs::path& process) {
    std::error_code error;
    return fs::read_symlink(process / "ns/net", error).string();
}

// The lock names the network of its last holder.  A daemon that cannot inspect process 1 is refused in any other.
void expect_its_network(const fs::path& lock, const std::string& network, bool is_machines) {
    const std::string before = first_line(lock).value_or("");
    if (is_machines || network.empty() || before.empty() || before == network) return;
    refuse(lock.parent_path(), before.c_str(), fmt::format("if that is gone, remove {}", lock.string()));
}

} // namespace

UniqueFd take_books(const fs::path& owned, const fs::path& proc) {
    make_parent(owned);
    const fs::path directory = owned.parent_path(), name = directory / "lock";
    const std::string network = network_of(proc / "self"), machines = network_of(proc / "1");
    const fs::path its_directory = proc / "1/root" / fs::absolute(directory).relative_path();
    if (!machines.empty() && machines != network && are_the_same(directory, its_directory))
        refuse(directory, "process 1", "give the daemon a /run of its own here");
    auto lock = try_lock(name);
    if (!lock) throw std::runtime_error(fmt::format("another daemon is running (it holds {})", name.string()));
    expect_its_network(name, network, machines == network);
    // A full disk is no reason not to serve.
    std::ignore = ::ftruncate(lock->get(), 0);
    std::ignore = ::pwrite(lock->get(), network.data(), network.size(), 0);
    return *std::move(lock);
}

} // namespace had::sys
