#include "had/notify/queue.hpp"

#include <algorithm>
#include <utility>

namespace had::notify {

bool Queue::add(Message message, core::TimePoint now) {
    waiting_.push_back({std::move(message), now});
    if (waiting_.size() <= most) return true;
    auto gone = std::find_if(waiting_.begin(), waiting_.end(), [](const Waiting& w) {
        return w.message.level == "info" || w.message.level == "notice";
    });
    if (gone == waiting_.end()) gone = waiting_.begin();
    const Message& message_gone = gone->message;
    if (!gap_ || gap_->instance != message_gone.instance)
        gap_ = Gap{message_gone.instance, message_gone.seq, message_gone.seq};
    gap_->from = std::min(gap_->from, message_gone.seq);
    gap_->to = std::max(gap_->to, message_gone.seq);
    waiting_.erase(gone);
    return false;
}

Queue::Waiting Queue::next() {
    if (const auto gap = std::exchange(gap_, std::nullopt))
        return {lost(gap->instance, gap->from, gap->to), waiting_.front().since};
    Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    return first;
}

} // namespace had::notify
