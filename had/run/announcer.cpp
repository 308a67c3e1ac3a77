#include "had/run/announcer.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

void Announcer::before_plan() {
    next_.reset();
    // An address has another place by what concerns everything.
    const bool all = m_.touched.is_everything(read_);
    read_ = m_.touched.now();
    if (!all && !announcing_.is_pending()) return;
    for (const Announcement& what : announcing_.due(m_.situation(), next_)) {
        const std::string words = fmt::format("announce {} at {} on {}", to_string(what.address), to_string(what.mac),
                                              what.link.name);
        const ActionResult result = Run::tried([&] { return run_.kernel.announce(what); });
        if (result.ok()) run_.log(NoticeLevel::info, words);
        else if (std::exchange(trouble_, result.text) != result.text)
            run_.log(NoticeLevel::warning,
                     fmt::format("cannot {}: {}; neighbours find it when they ask", words, result.text));
    }
}

} // namespace had
