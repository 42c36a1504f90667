// The button is a link to the contact page. Once the widget is there, it opens the widget's form instead, on this page.
addEventListener('load', () => {
  if (!window.Porchlight) return;
  Porchlight.on('ready', () => {
    document.getElementById('write').addEventListener('click', (event) => {
      event.preventDefault();
      Porchlight.open('contact');
    });
  });
});
