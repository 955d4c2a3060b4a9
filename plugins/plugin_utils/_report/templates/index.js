// Copyright: imageops.alicloud contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The page is whole without this: it adds how old things are, and a filter.
for (const time of document.querySelectorAll('time')) {
  const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / 86400000);
  if (days >= 0) time.append(days === 0 ? ' (today)' : days === 1 ? ' (1 day)' : ` (${days} days)`);
}

const form = document.querySelector('.filter');
if (form) {
  const rows = [...document.querySelectorAll('.list tbody tr')];
  const texts = rows.map(row => row.textContent.toLowerCase());
  const [words, state, shown] = ['words', 'state', 'shown'].map(id => document.getElementById(id));

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, at) => {
      row.hidden = !wanted.every(word => texts[at].includes(word)) || Boolean(state.value && row.dataset.state !== state.value);
      count += !row.hidden;
    });
    shown.textContent = `${count} of ${rows.length} ${form.dataset.noun}`;
  };

  words.addEventListener('input', filter);
  state.addEventListener('change', filter);
  form.hidden = false;
  filter();
}
