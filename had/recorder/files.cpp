#include "had/recorder/files.hpp"

#include "had/core/base/number.hpp"
#include "had/sys/file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <system_error>

namespace had::recorder {

namespace fs = std::filesystem;

namespace {

constexpr int most_set_aside = 9;

template <class T>
std::optional<T> number_in(const fs::path& file) {
    return core::number<T>(sys::first_line(file).value_or(""));
}

} // namespace

std::optional<record::Carrier> read_carrier(const std::string& sys, const std::string& interface) {
    const fs::path at = fs::path(sys) / "class/net" / interface;
    const auto index = number_in<int>(at / "ifindex");
    const auto ups = number_in<std::uint64_t>(at / "carrier_up_count");
    const auto downs = number_in<std::uint64_t>(at / "carrier_down_count");
    if (!index || !ups || !downs) return std::nullopt;
    return record::Carrier{*index, *ups, *downs};
}

std::optional<record::Carrier> read_carrier(const std::string& sys, int index) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(fs::path(sys) / "class/net", error))
        if (number_in<int>(entry.path() / "ifindex") == index) return read_carrier(sys, entry.path().filename());
    return std::nullopt;
}

void make_readable(const std::string& database) {
    for (const char* suffix : {"", "-wal", "-shm"}) ::chmod((database + suffix).c_str(), 0644);
}

std::optional<std::string> rename_aside(const std::string& database) {
    std::string name = database + ".bad";
    for (int i = 2; i <= most_set_aside && fs::exists(name); ++i) name = fmt::format("{}.bad.{}", database, i);
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code error;
        fs::rename(database + suffix, name + suffix, error);
        if (error && *suffix == '\0') return std::nullopt;
    }
    return name;
}

} // namespace had::recorder
