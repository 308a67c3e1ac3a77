// Which services wait for which: by `needs` and `after`, at once or by others.
#pragma once

#include "had/core/base/limits.hpp"
#include "had/core/config/config.hpp"

#include <bitset>
#include <map>
#include <string_view>
#include <vector>

namespace had::core {

// Made once for a file: where each of 256 services waits for all before it, walking from each to each takes minutes.
class Waits {
public:
    explicit Waits(const Config& config);

    // What a service waits for at once, in the order of the file.  Only services that there are.
    [[nodiscard]] std::vector<std::string_view> of(std::string_view service) const;
    // Whether `from` waits for `to`, at once or by others.
    [[nodiscard]] bool reach(std::string_view from, std::string_view to) const;

private:
    // More services than the limit are an error, and what is behind it waits for nothing here.
    using Set = std::bitset<limits::services>;

    void add(std::size_t service, std::string_view name);
    void add_groups(const Config& config);
    void close();

    std::vector<std::string_view> names_;
    std::map<std::string_view, std::size_t> index_;
    std::vector<std::vector<std::size_t>> at_once_;
    std::vector<Set> all_;
};

} // namespace had::core
