#include "had/sys/tunables.hpp"

#include "had/core/config/card_word.hpp"
#include "had/sys/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

namespace had::sys {

using namespace core;

namespace {

// "net.ipv4.conf.rp_filter" of eth0 is proc/sys/net/ipv4/conf/eth0/rp_filter.  An interface's name has no slash.
std::filesystem::path file_of(const std::filesystem::path& root, const std::string& link, std::string_view word) {
    std::filesystem::path path = root / "proc/sys";
    const auto leaf = word.rfind('.');
    for (std::string_view tree = word.substr(0, leaf); !tree.empty();) {
        const auto dot = tree.find('.');
        path /= tree.substr(0, dot);
        tree = dot == std::string_view::npos ? std::string_view() : tree.substr(dot + 1);
    }
    return path / link / word.substr(leaf + 1);
}

// Nothing: there is none, or it may not be read.  Throws when nothing could be.
std::optional<std::string> value_of(const std::filesystem::path& path) try {
    auto text = read_file_if_there(path);
    if (text) text->resize(std::min(text->size(), text->find('\n')));
    return text;
} catch (const std::system_error& e) {
    const int error = e.code().value();
    if (error == EMFILE || error == ENFILE || error == ENOMEM) throw;
    return std::nullopt;
}

} // namespace

Tunables read_tunables(const std::filesystem::path& root, const std::string& link,
                       const std::vector<std::string>& words) {
    Tunables values;
    for (const std::string& word : words) {
        if (is_card_word(word) || word == queue_word) continue;
        if (auto value = value_of(file_of(root, link, word))) values.emplace(word, *std::move(value));
    }
    return values;
}

ActionResult write_tunable(const std::filesystem::path& root, const SetTunable& operation) {
    const int error = write_once(file_of(root, operation.link.name, operation.word), operation.value);
    if (error == 0) return {};
    return {error, std::strerror(error)};
}

} // namespace had::sys
